-- Takes dispatch entries that are due, by moving their time ahead. KEYS: 1 dispatch, then for each job: record, body.
-- ARGV: 2 hold in microseconds, then the job ids. Answers for each job taken: {accepted, route, dispatch, body}.
local taken = {}
for i = 3, #ARGV do
  local id, job, body = ARGV[i], KEYS[2 * i - 4], KEYS[2 * i - 3]
  local due = redis.call('ZSCORE', KEYS[1], id)
  if due and tonumber(due) <= NOW then
    local record = redis.call('HMGET', job, 'status', 'accepted', 'route')
    if record[1] == 'queued' then
      local dispatch = text(NOW + tonumber(ARGV[2]))
      redis.call('ZADD', KEYS[1], dispatch, id)
      taken[#taken + 1] = { record[2], record[3], dispatch, redis.call('GET', body) }
    else
      redis.call('ZREM', KEYS[1], id)
    end
  end
end
return taken
