-- Shared by the scripts that change jobs: their keys and the steps that every transition is made of. clock.lua comes before it.
-- KEYS: 1 leases, 2 dispatch, 3 limits, 4 dead letters, 5 unique keys, then for each job its own, in the order of OWN below.
-- ARGV: 1 the time; 2 channel of new dispatch entries; 3 channel of events; 4 id of the job, for the scripts that change one.
-- What a script changes is collected, for all its jobs together, and written by commit(): the sets first and the records last, so that no
-- record promises what its sets do not hold.
local LEASES, DISPATCH, LIMITS, DEAD, UNIQUE = unpack(KEYS, 1, 5)
local ENTRIES, EVENTS = ARGV[2], ARGV[3]
local OWN = { queued = 1, running = 2, completed = 3, failed = 4, error = 5, cancelled = 6, body = 7, output = 8, error_text = 9, attempts = 10,
  provenance = 11 }
local AT, JOB, ID
local added, removed, written, events, entered = {}, {}, {}, {}, false

-- Turns to a job: the place of its keys, and its id.
local function open(at, id) AT, JOB, ID = at, KEYS[at], id end

-- A key of the job's own: the index of its type for a status, or a string or list.
local function own(name) return KEYS[AT + OWN[name]] end

local function add(set, score)
  local members = added[set] or {}
  added[set] = members
  members[#members + 1] = score
  members[#members + 1] = ID
end

local function remove(set)
  local members = removed[set] or {}
  removed[set] = members
  members[#members + 1] = ID
end

local function write(...)
  local fields = written[JOB]
  if not fields then
    written[JOB] = { ... }
  else
    for i = 1, select('#', ...) do fields[#fields + 1] = (select(i, ...)) end
  end
end

local function tell(event) events[#events + 1] = ID .. ' ' .. event end

local function commit()
  for set, members in pairs(added) do redis.call('ZADD', set, unpack(members)) end
  for set, members in pairs(removed) do redis.call('ZREM', set, unpack(members)) end
  for job, fields in pairs(written) do redis.call('HSET', job, unpack(fields)) end
  if #events > 0 then redis.call('PUBLISH', EVENTS, table.concat(events, '\n')) end
  if entered then redis.call('PUBLISH', ENTRIES, '') end
  added, removed, written, events, entered = {}, {}, {}, {}, false
end

-- Reads the fields that most jobs do not have. 'rules' is '0' in a record that had none of them when it was made.
local function read_rules(record)
  local values = redis.call('HMGET', JOB, 'wait', 'run', 'whole', 'quiet', 'expires', 'progress', 'silence', 'max_deaths', 'unique', 'held')
  record.wait, record.run, record.whole, record.quiet = tonumber(values[1]), tonumber(values[2]), tonumber(values[3]), tonumber(values[4])
  record.expires, record.progress, record.silence = tonumber(values[5]), tonumber(values[6]), tonumber(values[7])
  record.max_deaths, record.unique, record.held = tonumber(values[8]), values[9], values[10] == '1'
end

local function read()
  if written[JOB] then commit() end
  local values = redis.call('HMGET', JOB, 'status', 'token', 'ended', 'worker', 'attempt', 'failures', 'started', 'cancel', 'max', 'accepted', 'due',
    'rules', 'deaths', 'lease', 'dead')
  local record = {
    status = values[1], token = values[2], ended = values[3], worker = values[4], attempt = tonumber(values[5]), failures = tonumber(values[6]),
    started = values[7], cancel = tonumber(values[8]), max = tonumber(values[9]), accepted = values[10], due = tonumber(values[11]),
    deaths = tonumber(values[13]), lease = values[14], dead = values[15] == '1',
  }
  if values[12] ~= '0' then read_rules(record) end
  return record
end

local function holds(record, token) return record.status == 'running' and record.token == token end

-- The queued stand in their index by the time they are due, all others by the time they were accepted.
local function change(record, status, ...)
  if record.status ~= status then
    remove(own(record.status))
    add(own(status), status == 'queued' and text(record.due) or record.accepted)
  end
  write('status', status, ...)
  tell(status)
end

-- Has the job looked at when it may first have overrun a limit, or no more.
local function watch(record, ...)
  local first
  for i = 1, select('#', ...) do
    local at = select(i, ...)
    if at and (not first or at < first) then first = at end
  end
  if first then
    add(LIMITS, text(first))
  elseif record.wait or record.run or record.whole or record.quiet or record.cancel then
    remove(LIMITS)
  end
end

local function queue(record, due, ...)
  record.due = due
  add(DISPATCH, text(due))
  watch(record, record.wait and due + record.wait or nil, record.expires)
  change(record, 'queued', 'due', text(due), 'cancel', '', ...)
  entered = true
end

local function release_key(record)
  if record.held and redis.call('HGET', UNIQUE, record.unique) == ID then redis.call('HDEL', UNIQUE, record.unique) end
end

local function close(record, status, ...)
  if record.status == 'queued' then remove(DISPATCH) end
  watch(record)
  if record.held then
    release_key(record)
    write('held', '')
  end
  change(record, status, 'finished', text(NOW), ...)
end

local function bury(record, status, ...)
  add(DEAD, text(NOW))
  close(record, status, 'dead', '1', ...)
end

-- Notes an attempt without success: number|worker|started|ended|how|reason. The reason comes last: it may hold anything.
local function note_attempt(record, how, reason, kept)
  redis.call('SET', own('error_text'), reason)
  redis.call('RPUSH', own('attempts'), record.attempt .. '|' .. record.worker .. '|' .. record.started .. '|' .. text(NOW) .. '|' .. how .. '|' .. reason)
  redis.call('LTRIM', own('attempts'), -tonumber(kept), -1)
end
