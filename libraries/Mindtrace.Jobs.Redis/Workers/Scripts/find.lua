-- Reads what is known of workers. drained.lua comes before it. KEYS: 1 drained nodes, then the record of each.
-- Answers the time, then for each worker url, types, beat, interval, ended, node, until when it is drained, worker type: '' for what is not known.
local clock = redis.call('TIME')
local answer = { string.format('%.0f', tonumber(clock[1]) * 1000000 + tonumber(clock[2])) }
for i = 2, #KEYS do
  local worker = redis.call('HMGET', KEYS[i], 'url', 'types', 'beat', 'interval', 'ended', 'node', 'drain', 'worker_type')
  worker[7] = drained_until(worker[7], KEYS[1], worker[6])
  for field = 1, 8 do answer[#answer + 1] = worker[field] or '' end
end
return answer
