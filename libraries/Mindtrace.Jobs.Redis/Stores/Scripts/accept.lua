-- Shared by the scripts that make records; clock.lua comes before it.
local LIMIT_NAMES = { 'wait', 'run', 'whole', 'quiet', 'max_deaths' }

-- Adds the limits of a job to the fields of its record. They come as one text, 'wait run whole quiet max_deaths', '-' for none: microseconds,
-- the last a number. Answers when the job is first to be looked at; nil when never.
local function add_limits(fields, described, due)
  local first
  local i = 0
  for value in string.gmatch(described, '%S+') do
    i = i + 1
    local limit = tonumber(value)
    if limit then
      fields[#fields + 1] = LIMIT_NAMES[i]
      fields[#fields + 1] = value
      if i == 3 then
        fields[#fields + 1] = 'expires'
        fields[#fields + 1] = text(due + limit)
      end
      if (i == 1 or i == 3) and (not first or due + limit < first) then first = due + limit end
    end
  end
  return first
end

-- Answers the fields of a record, and when the job is first to be looked at, or nil. Redis seeks a field of a small hash from its first on: those that
-- change, or are read for each transition, come first. What 'rules' is for, record.lua says.
local function describe(status, finished, accepted, due, type, route, max, limits, unique, held)
  local fields = { 'status', status, 'token', '', 'ended', '', 'worker', '', 'attempt', '0', 'failures', '0', 'started', '', 'lease', '', 'finished', finished,
    'max', max, 'accepted', accepted, 'due', due, 'rules', (limits ~= '' or unique ~= '') and '1' or '0', 'deaths', '0', 'cancel', '', 'dead', '',
    'v', '1', 'type', type, 'route', route }
  local look = limits ~= '' and add_limits(fields, limits, tonumber(due)) or nil
  if unique ~= '' then
    fields[#fields + 1] = 'unique'
    fields[#fields + 1] = unique
    fields[#fields + 1] = 'held'
    fields[#fields + 1] = held
  end
  return fields, look
end
