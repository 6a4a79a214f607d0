-- Takes a job out of the dead-letter queue; its record stays. one.lua comes before it.
local record = read()
if not record.dead then return 0 end
remove(DEAD)
change(record, record.status, 'dead', '')
commit()
return 1
