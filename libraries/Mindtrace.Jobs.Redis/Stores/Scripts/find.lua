-- Reads jobs whole. KEYS: 1 dispatch, then for each job: record, body, output, error, attempts, provenance. ARGV: the job ids.
-- Answers for each job: false when unknown, else {record, body, output, error, attempts, when it is dispatched, provenance}.
local answers = {}
for i = 1, #ARGV do
  local job, body, output, reason, attempts, provenance = unpack(KEYS, 6 * i - 4, 6 * i + 1)
  local record = redis.call('HGETALL', job)
  answers[i] = #record > 0 and { record, redis.call('GET', body), redis.call('GET', output), redis.call('GET', reason),
    redis.call('LRANGE', attempts, 0, -1), redis.call('ZSCORE', KEYS[1], ARGV[i]), redis.call('GET', provenance) }
end
return answers
