-- ARGV[3] lease in ms, [4] how many, then these deliveries: id, returns
local ids = standing(5, tonumber(ARGV[4]))
if #ids > 0 then
  hold(ids, tonumber(ARGV[3]))
end
return #ids
