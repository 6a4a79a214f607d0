-- ARGV[3] the order: fifo, stack or priority
if redis.call('HSETNX', meta, 'order', ARGV[3]) == 1 then
  wake()
end
return 1
