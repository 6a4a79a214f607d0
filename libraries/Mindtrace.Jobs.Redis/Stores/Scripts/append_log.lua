-- Appends lines to the log of a job, for the attempt that runs it. KEYS: 1 record, 2 latest lines, 3 logs to be moved.
-- ARGV: 2 job id, 3 channel of the log, 4 token, 5 number of the append, 6 lines, 7 how many, 8 1 when they are the attempt's last,
-- 9 bytes at which a log is moved, 10 silence after which it is, in microseconds; where the store is to keep to a limit of the attempt
-- 11 the limit, 12 what these lines count, 13 the line that is written in place of the first that are cut. Answers 1 when the lines are in
-- the log, or cut.
local JOB, LOG, MOVE = KEYS[1], KEYS[2], KEYS[3]
local record = redis.call('HMGET', JOB, 'status', 'token', 'log_append', 'log_kept')
if record[1] ~= 'running' or record[2] ~= ARGV[4] then return 0 end
local append = ARGV[4] .. ' ' .. ARGV[5]
if record[3] == append then return 1 end

local lines, count, bytes = ARGV[6], tonumber(ARGV[7]), 0
if ARGV[11] and count > 0 then
  -- What is kept of an attempt stands under its token; 'full' once there was more.
  local mine, kept = ARGV[4] .. ' ', '0'
  if record[4] and string.sub(record[4], 1, #mine) == mine then kept = string.sub(record[4], #mine + 1) end
  if kept == 'full' then
    lines, count = '', 0
  elseif tonumber(kept) + tonumber(ARGV[12]) > tonumber(ARGV[11]) then
    lines, count, kept = ARGV[13], 1, 'full'
  else
    kept = text(tonumber(kept) + tonumber(ARGV[12]))
  end
  redis.call('HSET', JOB, 'log_kept', mine .. kept)
end
if count > 0 then
  local first = redis.call('HINCRBY', JOB, 'log_lines', count) - count + 1
  redis.call('ZADD', LOG, text(first), text(first) .. ' ' .. text(count) .. '\n' .. lines)
end
bytes = redis.call('HINCRBY', JOB, 'log_bytes', #lines)
if redis.call('EXISTS', LOG) == 1 then
  local now = ARGV[8] == '1' or bytes >= tonumber(ARGV[9])
  redis.call('ZADD', MOVE, text(now and NOW or NOW + tonumber(ARGV[10])), ARGV[2])
end
redis.call('HSET', JOB, 'log_append', append)
redis.call('PUBLISH', ARGV[3], '')
return 1
