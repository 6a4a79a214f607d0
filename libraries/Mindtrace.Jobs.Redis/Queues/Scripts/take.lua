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

local bodies = redis.call('HMGET', messages, unpack(ids))
local came_back = redis.call('HMGET', returns, unpack(ids))
hold(ids, lease)
redis.call('ZREM', ready, unpack(ids))

local reply = {}
for i, id in ipairs(ids) do
  if bodies[i] then
    reply[#reply + 1] = id
    reply[#reply + 1] = came_back[i] or '0'
    reply[#reply + 1] = bodies[i]
  else
    -- A crash cut its publish or its removal short; either way nobody waits for it.
    remove({ id }, held)
  end
end
return reply
