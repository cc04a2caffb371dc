-- Moves due jobs to the list that workers take from, a bounded number at a time.
-- apalis moves all of them in one call, and that call fails for good when they are too many.
-- KEYS: scheduled, active. ARGV: now (seconds), the most to move. Returns how many were moved.
local ids = redis.call('zrangebyscore', KEYS[1], '-inf', ARGV[1], 'limit', 0, ARGV[2])
if #ids > 0 then
    redis.call('rpush', KEYS[2], unpack(ids))
    redis.call('zrem', KEYS[1], unpack(ids))
end
return #ids
