-- Its statements are index lookups of names in arrays, whatever is in them: planning them anew for each group, as PostgreSQL
-- does while it hopes to learn from the arrays' lengths, was a tenth of its time.
alter function store_append set plan_cache_mode = force_generic_plan;
