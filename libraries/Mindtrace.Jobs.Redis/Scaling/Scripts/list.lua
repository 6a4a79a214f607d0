-- Lists the scales of worker types. KEYS: 1 scales, 2 their states. Answers the time, then for each worker type its name, scale, and state or ''.
local clock = redis.call('TIME')
local answer = { string.format('%.0f', tonumber(clock[1]) * 1000000 + tonumber(clock[2])) }
local scales = redis.call('HGETALL', KEYS[1])
for i = 1, #scales, 2 do
  answer[#answer + 1] = scales[i]
  answer[#answer + 1] = scales[i + 1]
  answer[#answer + 1] = redis.call('HGET', KEYS[2], scales[i]) or ''
end
return answer
