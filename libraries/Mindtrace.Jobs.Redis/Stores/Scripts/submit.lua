-- Accepts jobs by the routes of their types. accept.lua comes before it. KEYS: 1 routes, 2 dispatch, 3 types, 4 limits, 5 unique keys, then for each
-- job: record, body, output, error, index of the queued, index of the errors. ARGV: 2 hold in microseconds, 3 channel of new dispatch entries, then for
-- each job: id, type, body, not before (microseconds, or ''), max attempts, output and reason for want of a route, limits, field of the unique keys or
-- ''. What stands behind the jobs is not read here.
-- Answers for each job: false when known, the id of the job that holds its unique key, else {accepted, due, dispatch or '', route or ''}.
local ROUTES, DISPATCH, TYPES, LIMITS, UNIQUE = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local answers, routes, sets, records = {}, {}, {}, {}
local later = false

-- Sets are written once for all jobs, and before the records.
local function add(set, score, id)
  local members = sets[set] or {}
  sets[set] = members
  members[#members + 1] = score
  members[#members + 1] = id
end

for i = 0, math.floor((#ARGV - 3) / 9) - 1 do
  local job, body, output, reason, queued, errors = unpack(KEYS, 6 + 6 * i, 11 + 6 * i)
  local id, type, content, not_before, max, no_route_output, no_route_reason, limits, unique = unpack(ARGV, 4 + 9 * i, 12 + 9 * i)
  local holder = unique ~= '' and redis.call('HGET', UNIQUE, unique)
  if records[job] or redis.call('EXISTS', job) == 1 then
    answers[i + 1] = false
  elseif holder then
    answers[i + 1] = holder
  else
    local accepted = text(NOW + i)
    local at = math.max(NOW + i, tonumber(not_before) or 0)
    local due = text(at)
    if routes[type] == nil then routes[type] = redis.call('HGET', ROUTES, type) end
    local route = routes[type]
    redis.call('SET', body, content)
    if route then
      local fields, look = describe('queued', '', accepted, due, type, route, max, limits, unique, '1')
      local dispatch = at > NOW + i and at or NOW + i + tonumber(ARGV[2])
      later = later or dispatch == at
      if unique ~= '' then redis.call('HSET', UNIQUE, unique, id) end
      add(DISPATCH, text(dispatch), id)
      add(queued, due, id)
      if look then add(LIMITS, text(look), id) end
      records[job] = fields
      answers[i + 1] = { accepted, due, text(dispatch), route }
    else
      local fields = describe('error', accepted, accepted, due, type, '', max, limits, unique, '')
      redis.call('SADD', TYPES, type)
      redis.call('SET', output, no_route_output)
      redis.call('SET', reason, no_route_reason)
      add(errors, accepted, id)
      records[job] = fields
      answers[i + 1] = { accepted, due, '', '' }
    end
  end
end
-- Lua unpacks some 8,000 values at most.
for set, members in pairs(sets) do
  for i = 1, #members, 2000 do redis.call('ZADD', set, unpack(members, i, math.min(i + 1999, #members))) end
end
for job, fields in pairs(records) do redis.call('HSET', job, unpack(fields)) end
if later then redis.call('PUBLISH', ARGV[3], '') end
return answers
