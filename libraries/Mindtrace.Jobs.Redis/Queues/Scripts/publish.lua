-- ARGV[3], [4], … priority and message, in turn
local meta = redis.call('HMGET', queue, 'order', 'seq')
local order, seq = meta[1], tonumber(meta[2] or '0')
if not order then
  return false
end

local ids, fields = {}, {}
for i = 3, #ARGV, 2 do
  seq = seq + 1
  local score = seq
  if order == 'stack' then
    score = -seq
  elseif order == 'priority' then
    -- Exact in a double: 255 * 2^40 is below 2^53. A queue has room for 2^40 messages in its life.
    score = seq - ARGV[i] * 2 ^ 40
  end
  local id = string.format('%.0f', score)
  ids[#ids + 1] = id
  fields[#fields + 1] = id
  fields[#fields + 1] = ARGV[i + 1]
end
fields[#fields + 1] = 'seq'
fields[#fields + 1] = string.format('%.0f', seq)

-- Cut off between these two, ids without messages remain, and may be given again, to the next messages.
enqueue(ids)
redis.call('HSET', queue, unpack(fields))
return #ids
