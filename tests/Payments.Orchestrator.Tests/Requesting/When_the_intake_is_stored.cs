using Npgsql;

namespace Payments.Orchestrator.Requesting;

[Collection(FrontDoorSuite.Name)]
public sealed class When_the_intake_is_stored(FrontDoor door)
{
    [Theory]
    [InlineData("UPDATE intake SET payment_id = payment_id WHERE false")]
    [InlineData("DELETE FROM intake WHERE false")]
    [InlineData("UPDATE payment_request SET body = body WHERE false")]
    [InlineData("DELETE FROM payment_request WHERE false")]
    [InlineData("DELETE FROM payment_alias WHERE false")]
    [InlineData("DELETE FROM intake_rejection WHERE false")]
    public async Task Should_not_let_the_runtime_role_change_it(string sql)
    {
        var refused = await Should.ThrowAsync<PostgresException>(() => door.Query(sql));

        refused.SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Fact]
    public async Task Should_hold_every_body_that_the_reader_takes()
    {
        var bodies = Enumerable.Range(0, 5000)
            .Select(seed => Mutation.Of(Requests.Valid(), new Random(seed)).Read())
            .OfType<ValidRequest>()
            .Select(valid => RequestDocument.Write(valid.Request, valid.Extras))
            .ToArray();

        const string Sql =
            "SELECT count(*) FROM unnest($1::text[]) AS b (body) WHERE jsonb_typeof(body::jsonb) = 'object'";
        (await door.Query(Sql, [bodies])).ShouldBe((long)bodies.Length);
    }

    [Fact]
    public async Task Should_show_operators_the_aliases_only()
    {
        var reader = Testing.RunDirectory.ConnectionString("operations", "OpsReader");
        await using var dataSource = NpgsqlDataSource.Create(reader);

        await using var aliases = dataSource.CreateCommand("SELECT count(*) FROM orchestrator.ops_alias_v1");
        (await aliases.ExecuteScalarAsync()).ShouldBeOfType<long>();
        await using var requests = dataSource.CreateCommand("SELECT count(*) FROM orchestrator.payment_request");
        var refused = await Should.ThrowAsync<PostgresException>(() => requests.ExecuteScalarAsync());
        refused.SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }
}
