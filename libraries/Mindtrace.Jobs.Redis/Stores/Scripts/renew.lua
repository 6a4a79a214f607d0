-- Prolongs leases. KEYS: 1 leases, then each job's record. ARGV: 2 lease in microseconds, then for each job: id, token.
local lease = text(NOW + tonumber(ARGV[2]))
local answers = {}
for i = 2, #KEYS do
  local record = redis.call('HMGET', KEYS[i], 'status', 'token', 'cancel')
  if record[1] == 'running' and record[2] == ARGV[2 * i] then
    redis.call('ZADD', KEYS[1], lease, ARGV[2 * i - 1])
    redis.call('HSET', KEYS[i], 'lease', lease)
    answers[i - 1] = record[3] == '1' and 'CancelRequested' or 'Renewed'
  else
    answers[i - 1] = 'Stale'
  end
end
return answers
