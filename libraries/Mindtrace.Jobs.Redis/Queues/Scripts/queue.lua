-- What the scripts of a queue share. All of them get the same three keys, and these first two arguments:
-- ARGV[1] the channel on which idle consumers listen, ARGV[2] the time in ms, or '' for the server's.
--
-- A server that dies in the middle of a script may keep the first of its writes (Garnet logs them one by one), so their
-- order matters: a message is never without an index that leads to it, while an id without a message is dropped when met.
-- Writes are few, since Garnet waits for the disk at each.

-- hash: 'order' while the queue is declared; 'seq', the number of the last message, which outlives the queue so that no id comes
-- twice; id -> message, opaque here; id .. ':returns' -> how often it came back, absent for never. The last one and the id name
-- one delivery: what is settled late does not match and touches nothing.
local queue = KEYS[1]
-- sorted set of the ids that wait. An id is its own score in text, so a message that comes back finds its place.
local ready = KEYS[2]
-- sorted set of the ids in the hands of consumers, by the end of the lease in ms
local held = KEYS[3]

-- Within the arguments that one call may carry (Lua's stack), with two for each id.
local batch = 500

local function declared()
  return redis.call('HEXISTS', queue, 'order') == 1
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

local function returns_of(ids)
  local fields = {}
  for i, id in ipairs(ids) do
    fields[i] = id .. ':returns'
  end
  local counts = redis.call('HMGET', queue, unpack(fields))
  for i = 1, #ids do
    counts[i] = counts[i] or '0'
  end
  return counts
end

local function give_back(ids)
  local fields = {}
  for i, count in ipairs(returns_of(ids)) do
    fields[#fields + 1] = ids[i] .. ':returns'
    fields[#fields + 1] = string.format('%d', count + 1)
  end
  redis.call('HSET', queue, unpack(fields))
  enqueue(ids)
  redis.call('ZREM', held, unpack(ids))
end

local function lapsed()
  return redis.call('ZRANGEBYSCORE', held, '-inf', string.format('%.0f', now()), 'LIMIT', 0, batch)
end

local function remove(ids, index)
  local fields = {}
  for _, id in ipairs(ids) do
    fields[#fields + 1] = id
    fields[#fields + 1] = id .. ':returns'
  end
  redis.call('HDEL', queue, unpack(fields))
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
  local leases, returns = redis.call('ZMSCORE', held, unpack(ids)), returns_of(ids)
  for i = 1, count do
    if leases[i] and returns[i] == ARGV[first + 2 * i - 1] then
      kept[#kept + 1] = ids[i]
    end
  end
  return kept
end
