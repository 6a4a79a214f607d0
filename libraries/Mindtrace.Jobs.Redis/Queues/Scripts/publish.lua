-- ARGV[3], [4], … priority and message, in turn
local order = redis.call('HGET', meta, 'order')
if not order then
  return false
end

local count = (#ARGV - 2) / 2
local before = redis.call('HINCRBY', meta, 'seq', count) - count
local ids, fields = {}, {}
for i = 1, count do
  local score = before + i
  if order == 'stack' then
    score = -score
  elseif order == 'priority' then
    -- Exact in a double: 255 * 2^40 is below 2^53. A queue has room for 2^40 messages in its life.
    score = score - ARGV[1 + 2 * i] * 2 ^ 40
  end
  ids[i] = string.format('%.0f', score)
  fields[2 * i - 1] = ids[i]
  fields[2 * i] = ARGV[2 + 2 * i]
end

-- Index before message, for the reason given at remove; the publisher is told of success after both.
enqueue(ids)
redis.call('HSET', messages, unpack(fields))
return count
