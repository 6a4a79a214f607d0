if not declared() then
  return false
end
return redis.call('ZCARD', ready) + redis.call('ZCOUNT', held, '-inf', string.format('%.0f', now()))
