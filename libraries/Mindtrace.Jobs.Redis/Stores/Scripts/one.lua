-- For the scripts that change one job; record.lua comes before it.
open(6, ARGV[4])
