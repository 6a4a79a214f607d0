-- Makes dispatch entries for queued jobs that are due and have none. KEYS: 1 dispatch, then each job's record. ARGV: 2 channel of new
-- dispatch entries, then the job ids. Answers how many were made, and how many of the jobs are not due yet.
local made, later = 0, 0
for i = 3, #ARGV do
  local record = redis.call('HMGET', KEYS[i - 1], 'status', 'due')
  if record[1] == 'queued' then
    if tonumber(record[2]) > NOW then
      later = later + 1
    elseif not redis.call('ZSCORE', KEYS[1], ARGV[i]) then
      redis.call('ZADD', KEYS[1], text(NOW), ARGV[i])
      made = made + 1
    end
  end
end
if made > 0 then redis.call('PUBLISH', ARGV[2], '') end
return { made, later }
