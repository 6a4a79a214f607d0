-- Cancels a job if it is still queued; one.lua comes before it. ARGV: 5 the reason.
local record = read()
if record.status ~= 'queued' then return 0 end
redis.call('SET', own('error_text'), ARGV[5])
close(record, 'cancelled')
commit()
return 1
