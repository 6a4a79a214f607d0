-- Lists the nodes, the one heard of last first. KEYS: 1 nodes by last beat, 2 what each reported, 3 what was claimed of each since,
-- 4 drained nodes. Answers the time, then for each node url, beat, report or '', claims or '', and until when it is drained or ''.
local clock = redis.call('TIME')
local answer = { string.format('%.0f', tonumber(clock[1]) * 1000000 + tonumber(clock[2])) }
local nodes = redis.call('ZREVRANGEBYSCORE', KEYS[1], '+inf', '-inf', 'WITHSCORES')
for i = 1, #nodes, 2 do
  answer[#answer + 1] = nodes[i]
  answer[#answer + 1] = string.format('%.0f', tonumber(nodes[i + 1]))
  answer[#answer + 1] = redis.call('HGET', KEYS[2], nodes[i]) or ''
  answer[#answer + 1] = redis.call('HGET', KEYS[3], nodes[i]) or ''
  answer[#answer + 1] = redis.call('HGET', KEYS[4], nodes[i]) or ''
end
return answer
