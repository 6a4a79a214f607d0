-- What the scripts of a queue share. All of them get the same five keys, and these first two arguments:
-- ARGV[1] the channel on which idle consumers listen, ARGV[2] the time in ms, or '' for the server's.

-- hash: 'order' while the queue is declared; 'seq', the number of the last message, outlives the queue so that no id comes twice
local meta = KEYS[1]
-- sorted set of the ids that wait. An id is its own score in text, so a message that comes back finds its place.
local ready = KEYS[2]
-- sorted set of the ids in the hands of consumers, by the end of the lease in ms
local held = KEYS[3]
-- hash: id -> message, opaque here
local messages = KEYS[4]
-- hash: id -> how often it came back; absent means never. With the id it names one delivery: a stale one does not match.
local returns = KEYS[5]

-- Within the arguments that one call may carry (Lua's stack), with two for each id.
local batch = 500

local function declared()
  return redis.call('HEXISTS', meta, 'order') == 1
end

local function now()
  if ARGV[2] ~= '' then
    return tonumber(ARGV[2])
  end
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function wake()
  redis.call('PUBLISH', ARGV[1], '')
end

-- While something waits, no consumer with room is idle, or its wake-up is on the way: only the first one to wait must wake.
local function enqueue(ids)
  local first = redis.call('ZCARD', ready) == 0
  local scores = {}
  for _, id in ipairs(ids) do
    scores[#scores + 1] = id
    scores[#scores + 1] = id
  end
  redis.call('ZADD', ready, unpack(scores))
  if first then
    wake()
  end
end

local function hold(ids, lease)
  local lapses = string.format('%.0f', now() + lease)
  local leases = {}
  for _, id in ipairs(ids) do
    leases[#leases + 1] = lapses
    leases[#leases + 1] = id
  end
  redis.call('ZADD', held, unpack(leases))
end

local function give_back(ids)
  for _, id in ipairs(ids) do
    redis.call('HINCRBY', returns, id, 1)
  end
  enqueue(ids)
  redis.call('ZREM', held, unpack(ids))
end

local function lapsed()
  return redis.call('ZRANGEBYSCORE', held, '-inf', string.format('%.0f', now()), 'LIMIT', 0, batch)
end

-- Message before index, so that a crash in between leaves an id without a message, which the next take drops.
local function remove(ids, index)
  redis.call('HDEL', messages, unpack(ids))
  redis.call('HDEL', returns, unpack(ids))
  redis.call('ZREM', index, unpack(ids))
end

-- Reads `count` deliveries (id, returns) from ARGV[first] on, and keeps the ids that are still held as that same delivery.
local function standing(first, count)
  local ids, kept = {}, {}
  if count == 0 then
    return kept
  end
  for i = 1, count do
    ids[i] = ARGV[first + 2 * (i - 1)]
  end
  local leases = redis.call('ZMSCORE', held, unpack(ids))
  local came_back = redis.call('HMGET', returns, unpack(ids))
  for i = 1, count do
    if leases[i] and (came_back[i] or '0') == ARGV[first + 2 * i - 1] then
      kept[#kept + 1] = ids[i]
    end
  end
  return kept
end
