-- Picks the live node with the fewest workers that has room for one more, and counts that one at once: its next beat comes too
-- late for whoever asks meanwhile. KEYS: 1 nodes by last beat, 2 nodes by workers, 3 how many workers each can have, 4 drained nodes.
-- ARGV: 1 microseconds of silence after which a node is not picked. Answers its url, or false.
local clock = redis.call('TIME')
local since = tonumber(clock[1]) * 1000000 + tonumber(clock[2]) - tonumber(ARGV[1])
local nodes = redis.call('ZRANGE', KEYS[2], 0, -1, 'WITHSCORES')
for i = 1, #nodes, 2 do
  local beat = redis.call('ZSCORE', KEYS[1], nodes[i])
  local room = redis.call('HGET', KEYS[3], nodes[i])
  if beat and tonumber(beat) >= since and redis.call('HEXISTS', KEYS[4], nodes[i]) == 0
    and (not room or tonumber(nodes[i + 1]) < tonumber(room)) then
    redis.call('ZINCRBY', KEYS[2], 1, nodes[i])
    return nodes[i]
  end
end
return false
