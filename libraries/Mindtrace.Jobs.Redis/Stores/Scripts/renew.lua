-- Prolongs leases. KEYS: 1 leases, then each job's record. ARGV: 2 lease in microseconds, then for each job: id, token,
-- microseconds since its last progress.
local lease = text(NOW + tonumber(ARGV[2]))
local answers = {}
for i = 2, #KEYS do
  local id, token, silence = unpack(ARGV, 3 * i - 3, 3 * i - 1)
  local record = redis.call('HMGET', KEYS[i], 'status', 'token', 'cancel', 'quiet')
  if record[1] == 'running' and record[2] == token then
    redis.call('ZADD', KEYS[1], lease, id)
    redis.call('HSET', KEYS[i], 'lease', lease)
    if record[4] then redis.call('HSET', KEYS[i], 'progress', text(NOW - tonumber(silence)), 'silence', silence) end
    answers[i - 1] = tonumber(record[3]) and 'CancelRequested' or 'Renewed'
  else
    answers[i - 1] = 'Stale'
  end
end
return answers
