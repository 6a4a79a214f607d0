-- Cancels a job if it is still queued. ARGV: 5 the reason.
local record = read()
if record.status ~= 'queued' then return 0 end
redis.call('SET', ERROR, ARGV[5])
close(record, 'cancelled')
return 1
