-- Shared by the scripts that change one job: the keys in their fixed order, and the steps that every transition is made of.
-- clock.lua comes before it. ARGV: 1 the time; 2 job id; 3 channel of the job; 4 channel of new dispatch entries.
-- In each step the sets are written first and the record last, so that no record promises what its sets do not hold.
-- A claim is given the first six keys, which are all that it touches.
local JOB, LEASES, DISPATCH, LIMITS = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local INDEX = { queued = KEYS[5], running = KEYS[6], completed = KEYS[7], failed = KEYS[8], error = KEYS[9], cancelled = KEYS[10] }
local BODY, OUTPUT, ERROR, ATTEMPTS, PROVENANCE = KEYS[11], KEYS[12], KEYS[13], KEYS[14], KEYS[15]
local DEAD, UNIQUE = KEYS[16], KEYS[17]
local ID, EVENTS, ENTRIES = ARGV[2], ARGV[3], ARGV[4]

local function read()
  local values = redis.call('HMGET', JOB, 'status', 'accepted', 'token', 'ended', 'worker', 'attempt', 'failures', 'deaths', 'max',
    'due', 'started', 'lease', 'cancel', 'dead', 'type', 'finished', 'wait', 'run', 'whole', 'quiet', 'expires', 'progress', 'silence',
    'max_deaths', 'unique', 'held')
  return {
    status = values[1], accepted = values[2], token = values[3], ended = values[4], worker = values[5], attempt = tonumber(values[6]),
    failures = tonumber(values[7]), deaths = tonumber(values[8]), max = tonumber(values[9]), due = tonumber(values[10]),
    started = values[11], lease = values[12], cancel = tonumber(values[13]), dead = values[14] == '1', type = values[15],
    finished = values[16] ~= '' and values[16], wait = tonumber(values[17]), run = tonumber(values[18]), whole = tonumber(values[19]),
    quiet = tonumber(values[20]), expires = tonumber(values[21]), progress = tonumber(values[22]), silence = tonumber(values[23]),
    max_deaths = tonumber(values[24]), unique = values[25], held = values[26] == '1',
  }
end

local function holds(record, token) return record.status == 'running' and record.token == token end

local function change(record, status, ...)
  if record.status ~= status then
    redis.call('ZREM', INDEX[record.status], ID)
    redis.call('ZADD', INDEX[status], status == 'queued' and text(record.due) or record.accepted, ID)
  end
  redis.call('HSET', JOB, 'status', status, ...)
  redis.call('PUBLISH', EVENTS, status)
end

-- Has the job looked at when it may first have overrun a limit, or no more.
local function watch(record, ...)
  local first
  for i = 1, select('#', ...) do
    local at = select(i, ...)
    if at and (not first or at < first) then first = at end
  end
  if first then
    redis.call('ZADD', LIMITS, text(first), ID)
  elseif record.wait or record.run or record.whole or record.quiet or record.cancel then
    redis.call('ZREM', LIMITS, ID)
  end
end

-- The queued stand in their index by the time they are due, all others by the time they were accepted.
local function queue(record, due, ...)
  record.due = due
  redis.call('ZADD', DISPATCH, text(due), ID)
  watch(record, record.wait and due + record.wait or nil, record.expires)
  change(record, 'queued', 'due', text(due), 'cancel', '', ...)
  redis.call('PUBLISH', ENTRIES, ID)
end

local function release_key(record)
  if record.held and redis.call('HGET', UNIQUE, record.unique) == ID then redis.call('HDEL', UNIQUE, record.unique) end
end

local function close(record, status, ...)
  redis.call('ZREM', DISPATCH, ID)
  watch(record)
  if record.held then
    release_key(record)
    redis.call('HSET', JOB, 'held', '')
  end
  change(record, status, 'finished', text(NOW), ...)
end

local function bury(record, status, ...)
  redis.call('ZADD', DEAD, text(NOW), ID)
  close(record, status, 'dead', '1', ...)
end

-- Notes an attempt without success: number|worker|started|ended|how|reason. The reason comes last: it may hold anything.
local function note_attempt(record, how, reason, kept)
  redis.call('SET', ERROR, reason)
  redis.call('RPUSH', ATTEMPTS, record.attempt .. '|' .. record.worker .. '|' .. record.started .. '|' .. text(NOW) .. '|' .. how .. '|' .. reason)
  redis.call('LTRIM', ATTEMPTS, -tonumber(kept), -1)
end
