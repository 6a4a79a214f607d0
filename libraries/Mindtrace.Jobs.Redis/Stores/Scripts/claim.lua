-- Starts an attempt. ARGV: 5 token, 6 worker, 7 lease in microseconds. Answers {answer, attempt, failures, microseconds left or ''}.
local record = read()
if not record.status then return { 'Unknown', 0, 0 } end
local left = record.expires and text(record.expires - NOW) or ''
if record.status == 'running' and record.token == ARGV[5] then return { 'Claimed', record.attempt, record.failures, left } end
if record.status == 'running' then return { 'Held', 0, 0 } end
if record.status ~= 'queued' then return { 'Done', 0, 0 } end
if record.due > NOW then return { 'NotYet', 0, 0 } end

local lease = text(NOW + tonumber(ARGV[7]))
redis.call('ZADD', LEASES, lease, ID)
redis.call('ZREM', DISPATCH, ID)
watch(record, record.run and NOW + record.run or nil, record.expires, record.quiet and NOW + record.quiet or nil)
if record.quiet then redis.call('HSET', JOB, 'progress', text(NOW), 'silence', '0') end
change(record, 'running', 'attempt', record.attempt + 1, 'token', ARGV[5], 'ended', '', 'worker', ARGV[6], 'started', text(NOW), 'lease', lease)
return { 'Claimed', record.attempt + 1, record.failures, left }
