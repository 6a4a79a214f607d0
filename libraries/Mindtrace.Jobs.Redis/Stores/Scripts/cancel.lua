-- Cancels a job; one.lua comes before it. ARGV: 5 prefix of the workers' channels, 6 the reason of a cancelled job.
local record = read()
if not record.status then return 'Unknown' end
if record.status == 'queued' then
  redis.call('SET', own('error_text'), ARGV[6])
  close(record, 'cancelled')
  commit()
  return 'Cancelled'
end
if record.status ~= 'running' then return 'AlreadyFinal' end

local requested = record.cancel or NOW
watch(record, requested)
change(record, 'running', 'cancel', text(requested))
commit()
redis.call('PUBLISH', ARGV[5] .. record.worker, 'CancelRequested ' .. record.token)
return 'Requested'
