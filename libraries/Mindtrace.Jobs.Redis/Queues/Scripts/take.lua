-- Settles what a consumer is done with, then hands it what it has room for.
-- ARGV[3] lease in ms, [4] room, [5] how many acknowledged, [6] how many returned, then these deliveries: id, returns
if not declared() then
  return false
end

local lease, room, acknowledged, returned = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])

local done = standing(7, acknowledged)
if #done > 0 then
  remove(done, held)
end

local back = standing(7 + 2 * acknowledged, returned)
if #back > 0 then
  give_back(back)
end

local orphans = lapsed()
if #orphans > 0 then
  give_back(orphans)
end

local ids = {}
if room > 0 then
  ids = redis.call('ZRANGE', ready, 0, room - 1)
end
if #ids == 0 then
  return {}
end

local messages, returns = redis.call('HMGET', queue, unpack(ids)), returns_of(ids)
local taken, lost, reply = {}, {}, {}
for i, id in ipairs(ids) do
  if messages[i] then
    taken[#taken + 1] = id
    reply[#reply + 1] = id
    reply[#reply + 1] = returns[i]
    reply[#reply + 1] = messages[i]
  else
    lost[#lost + 1] = id
  end
end

if #taken > 0 then
  hold(taken, lease)
  redis.call('ZREM', ready, unpack(taken))
end
if #lost > 0 then
  remove(lost, ready)
end
return reply
