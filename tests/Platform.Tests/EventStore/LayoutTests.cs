namespace Platform.Tests.EventStore;

/// <summary>The event tables have Marten 9's layout and nothing else: its own migration would drop what it does not know.</summary>
public sealed class LayoutTests : KeyTesting
{
    [Theory]
    [InlineData("mt_streams", "id varchar not null, type varchar, version bigint, timestamp timestamptz not null default now(), created timestamptz not null default now(), tenant_id varchar default '*DEFAULT*', is_archived bool default false")]
    [InlineData("mt_events", "seq_id bigint not null, id uuid not null, stream_id varchar, version bigint not null, data jsonb not null, bdata bytea, type varchar(500) not null, timestamp timestamptz not null, tenant_id varchar default '*DEFAULT*', mt_dotnet_type varchar, correlation_id varchar, causation_id varchar, headers jsonb, user_name varchar, is_archived bool default false")]
    [InlineData("mt_event_progression", "name varchar not null, last_seq_id bigint, last_updated timestamptz default transaction_timestamp()")]
    [InlineData("mt_high_water_skips", "ending_sequence bigint not null, starting_sequence bigint not null, timestamp timestamptz default transaction_timestamp()")]
    public async Task The_columns_of_the_table_are(string table, string columns) => Assert.Equal(columns, await Database.Ask<string>(
        $"""
        select string_agg(column_name || ' ' || case udt_name when 'int8' then 'bigint' else udt_name end
          || coalesce('(' || character_maximum_length || ')', '') || case is_nullable when 'NO' then ' not null' else '' end
          || coalesce(' default ' || replace(column_default, '::character varying', ''), ''), ', ' order by ordinal_position)
        from information_schema.columns where table_schema = 'public' and table_name = '{table}'
        """, Stop));

    [Theory]
    [InlineData("mt_streams", "pkey_mt_streams_id PRIMARY KEY (id)")]
    [InlineData("mt_events", "fkey_mt_events_stream_id FOREIGN KEY (stream_id) REFERENCES mt_streams(id) ON DELETE CASCADE; pkey_mt_events_seq_id PRIMARY KEY (seq_id)")]
    [InlineData("mt_event_progression", "pk_mt_event_progression PRIMARY KEY (name)")]
    [InlineData("mt_high_water_skips", "pkey_mt_high_water_skips_ending_sequence PRIMARY KEY (ending_sequence)")]
    public async Task The_keys_of_the_table_are(string table, string keys) => Assert.Equal(keys, await Database.Ask<string>(
        $"select string_agg(conname || ' ' || pg_get_constraintdef(oid), '; ' order by conname) from pg_constraint where conrelid = '{table}'::regclass and contype <> 'n'", Stop));

    [Fact]
    public async Task The_indexes_are_those_of_the_keys_and_the_one_of_stream_and_version() => Assert.Equal(
        "pk_mt_event_progression, pk_mt_events_stream_and_version, pkey_mt_events_seq_id, pkey_mt_high_water_skips_ending_sequence, pkey_mt_streams_id | CREATE UNIQUE INDEX pk_mt_events_stream_and_version ON public.mt_events USING btree (stream_id, version)",
        await Database.Ask<string>(
            """
            select string_agg(indexname, ', ' order by indexname) || ' | ' || max(indexdef) filter (where indexname = 'pk_mt_events_stream_and_version')
            from pg_indexes where tablename like 'mt\_%'
            """, Stop));

    [Fact]
    public async Task The_sequence_is_not_cached_and_belongs_to_its_column() => Assert.Equal(
        "bigint 1 1 mt_events seq_id",
        await Database.Ask<string>(
            """
            select concat_ws(' ', s.data_type, s.increment_by, s.cache_size, d.refobjid::regclass, a.attname) from pg_sequences s
            join pg_depend d on d.objid = 'mt_events_sequence'::regclass and d.deptype = 'a' join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
            where s.sequencename = 'mt_events_sequence'
            """, Stop));

    [Fact]
    public async Task What_is_not_written_keeps_its_default_so_that_Marten_finds_its_own()
    {
        await Lent("K-1");
        Assert.Equal("*DEFAULT* false *DEFAULT* false", await Database.Ask<string>(
            "select concat_ws(' ', e.tenant_id, e.is_archived::text, s.tenant_id, s.is_archived::text) from mt_events e join mt_streams s on s.id = e.stream_id where e.bdata is null", Stop));
    }
}
