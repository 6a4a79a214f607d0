-- Reads the limits of a job from one text, 'wait run whole quiet max_deaths', '-' for none: microseconds, the last a number.
local LIMIT_NAMES = { 'wait', 'run', 'whole', 'quiet', 'max_deaths' }

-- Adds those that there are to the fields of a record, and answers when the job is first to be looked at; nil when never.
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
