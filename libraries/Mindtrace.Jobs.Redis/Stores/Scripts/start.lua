-- Starts an attempt of the job that is turned to; record.lua comes before it. The lease is in microseconds.
-- Answers {answer, attempt, failures, microseconds left or ''}.
local function start(token, worker, lease)
  local record = read()
  if not record.status then return { 'Unknown', 0, 0 } end
  local left = record.expires and text(record.expires - NOW) or ''
  if record.status == 'running' and record.token == token then return { 'Claimed', record.attempt, record.failures, left } end
  if record.status == 'running' then return { 'Held', 0, 0 } end
  if record.status ~= 'queued' then return { 'Done', 0, 0 } end
  if record.due > NOW then return { 'NotYet', 0, 0 } end

  local ends = text(NOW + tonumber(lease))
  add(LEASES, ends)
  remove(DISPATCH)
  watch(record, record.run and NOW + record.run or nil, record.expires, record.quiet and NOW + record.quiet or nil)
  if record.quiet then write('progress', text(NOW), 'silence', '0') end
  change(record, 'running', 'attempt', record.attempt + 1, 'token', token, 'ended', '', 'worker', worker, 'started', text(NOW), 'lease', ends)
  return { 'Claimed', record.attempt + 1, record.failures, left }
end
