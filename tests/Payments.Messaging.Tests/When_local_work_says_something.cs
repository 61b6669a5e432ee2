using Npgsql;
using Payments.Contracts;
using Payments.Messaging.Tests.Toy;
using Payments.Testing;

namespace Payments.Messaging.Tests;

[Collection(nameof(ToyCollection))]
public sealed class When_local_work_says_something(ToyService toy)
{
    private static SellerUpdated Updated(string seller) => new() { SellerId = seller, Closed = false };

    [Fact]
    public async Task Should_send_it_through_the_outbox_and_leave_nothing_behind()
    {
        var seller = $"seller-{Ulid.NewUlid()}";

        await toy.Committer.Commit(Origin.Local, new Effects(Ulid.NewUlid()).Publish(Updated(seller)));

        var (id, _) = (await toy.Broker.Await<SellerUpdated>(1, e => e.SellerId == seller)).Single();
        await Eventually.Async("the outbox row to go", TimeSpan.FromSeconds(30), async () =>
            await toy.Ask<long>("SELECT count(*) FROM outbox WHERE sent_id = $1", id) == 0);
    }

    [Fact]
    public async Task Should_send_what_another_process_left_when_its_claim_has_run_out()
    {
        var seller = $"seller-{Ulid.NewUlid()}";
        var body = System.Text.Encoding.UTF8.GetBytes($$$"""
            {"messageId":"{{{Guid.Empty}}}","messageType":["urn:message:Payments.Contracts:SellerUpdated"],
             "message":{"sellerId":"{{{seller}}}","closed":false}}
            """);
        await using var insert = toy.Database.CreateCommand("""
            INSERT INTO outbox (sent_id, exchange, type, body, claimed_until)
            VALUES ($1, 'Payments.Contracts:SellerUpdated', 'SellerUpdated', $2, now() - interval '1 second')
            """);
        insert.Parameters.Add(Sql.Value(Ulid.NewUlid().ToGuid()));
        insert.Parameters.Add(Sql.Value(body));
        await insert.ExecuteNonQueryAsync();

        await toy.Broker.Await<SellerUpdated>(1, e => e.SellerId == seller);
    }

    [Fact]
    public async Task Should_write_nothing_when_a_guard_fails()
    {
        var seller = $"seller-{Ulid.NewUlid()}";
        var effects = new Effects(Ulid.NewUlid()).Write(new CountTo(seller, From: 7, To: 8)).Publish(Updated(seller));

        var result = await toy.Committer.Commit(Origin.Local, effects);

        result.Kind.ShouldBe(CommitKind.Clash);
        (await toy.Ask<long>("SELECT count(*) FROM outbox WHERE sent_id = $1", effects.Messages[0].Id.ToGuid())).ShouldBe(0);
    }

    [Fact]
    public async Task Should_throw_what_the_database_refuses_for_good()
    {
        var effects = new Effects(Ulid.NewUlid()).Write(new CountTo($"seller-{Ulid.NewUlid()}", From: 0, To: -1));

        var refused = await Should.ThrowAsync<PostgresException>(() => toy.Committer.Commit(Origin.Local, effects));

        refused.SqlState.ShouldBe(PostgresErrorCodes.CheckViolation);
    }
}
