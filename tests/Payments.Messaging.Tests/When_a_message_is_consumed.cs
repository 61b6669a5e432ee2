using Payments.Contracts;
using Payments.Messaging.Tests.Toy;
using Payments.Testing;

namespace Payments.Messaging.Tests;

[Collection(nameof(ToyCollection))]
public sealed class When_a_message_is_consumed(ToyService toy)
{
    private static UpdateSeller Update(string seller) => new() { SellerId = seller, Closed = false };

    private static string NewSeller() => $"seller-{Ulid.NewUlid()}";

    [Fact]
    public async Task Should_apply_it_and_answer()
    {
        var seller = NewSeller();

        await toy.Broker.Send(ToyService.Queue, Ulid.NewUlid().ToGuid(), Update(seller));

        await toy.Broker.Await<SellerUpdated>(1, e => e.SellerId == seller);
        (await toy.CountOf(seller)).ShouldBe(1);
    }

    [Fact]
    public async Task Should_apply_a_repetition_once_and_say_the_same_again()
    {
        var seller = NewSeller();
        var id = Ulid.NewUlid().ToGuid();

        await toy.Broker.Send(ToyService.Queue, id, Update(seller));
        await toy.Broker.Await<SellerUpdated>(1, e => e.SellerId == seller);
        await toy.Broker.Send(ToyService.Queue, id, Update(seller));
        var said = await toy.Broker.Await<SellerUpdated>(2, e => e.SellerId == seller);

        said.Select(s => s.Id).Distinct().Count().ShouldBe(1);
        (await toy.CountOf(seller)).ShouldBe(1);
    }

    [Fact]
    public async Task Should_publish_what_a_process_that_died_after_its_commit_left_unsaid()
    {
        var seller = NewSeller();
        var id = Ulid.NewUlid().ToGuid();
        // The commit of a process that never came to publishing.
        await using (var connection = await toy.Database.OpenConnectionAsync())
        {
            await using var batch = new WriteBatch(connection, null!);
            var sealedMessage = new OutgoingMessage(
                Ulid.NewUlid().ToGuid(),
                Routes.Event(typeof(SellerUpdated)),
                nameof(SellerUpdated),
                null,
                System.Text.Encoding.UTF8.GetBytes($$$"""
                    {"messageId":"{{{Guid.Empty}}}","messageType":["urn:message:Payments.Contracts:SellerUpdated"],
                     "message":{"sellerId":"{{{seller}}}","closed":true}}
                    """));
            Inbox.Add(batch, [(Deliver(id), [sealedMessage])]);
            (await batch.Execute()).ShouldBeTrue();
        }

        await toy.Broker.Send(ToyService.Queue, id, Update(seller));

        var (_, message) = (await toy.Broker.Await<SellerUpdated>(1, e => e.SellerId == seller)).Single();
        message.Closed.ShouldBeTrue("it is the message of the process that died");
        (await toy.CountOf(seller)).ShouldBe(0, "the effects were the other process's");
    }

    [Fact]
    public async Task Should_lose_no_update_when_many_clash()
    {
        var seller = NewSeller();
        const int Messages = 60;

        await Task.WhenAll(Enumerable.Range(0, Messages)
            .Select(_ => toy.Broker.Send(ToyService.Queue, Ulid.NewUlid().ToGuid(), Update(seller))));

        var said = await toy.Broker.Await<SellerUpdated>(Messages, e => e.SellerId == seller);
        said.Select(s => s.Id).Distinct().Count().ShouldBe(Messages);
        (await toy.CountOf(seller)).ShouldBe(Messages);
    }

    [Fact]
    public async Task Should_dead_letter_what_the_database_refuses_and_go_on()
    {
        var seller = NewSeller();
        var poison = Ulid.NewUlid().ToGuid();

        await toy.Broker.Send(ToyService.Queue, poison, Update(ToyCounter.Poison));
        await toy.Broker.Send(ToyService.Queue, Ulid.NewUlid().ToGuid(), Update(seller));

        await toy.Broker.Await<SellerUpdated>(1, e => e.SellerId == seller);
        var letter = await toy.Broker.Take($"{ToyService.Queue}_error", body => body.Contains(poison.ToString(), StringComparison.Ordinal));
        letter.ShouldContain(ToyCounter.Poison);
        (await toy.Ask<long>("SELECT count(*) FROM inbox WHERE message_id = $1", poison)).ShouldBe(0);
    }

    [Fact]
    public async Task Should_dead_letter_an_id_outside_the_horizon()
    {
        var old = Ulid.NewUlid(new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero)).ToGuid();

        await toy.Broker.Send(ToyService.Queue, old, Update(NewSeller()));

        await toy.Broker.Take($"{ToyService.Queue}_error", body => body.Contains(old.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Should_apply_each_once_while_the_database_breaks_connections()
    {
        const int Messages = 150;
        var sellers = Enumerable.Range(0, Messages).Select(_ => NewSeller()).ToArray();
        var sent = Task.WhenAll(sellers.Select(s => toy.Broker.Send(ToyService.Queue, Ulid.NewUlid().ToGuid(), Update(s))));

        var broken = 0L;
        var rounds = 0;
        await Eventually.Async("every message to be applied", TimeSpan.FromMinutes(2), async () =>
        {
            rounds++;
            if (rounds <= 20)
            {
                broken += await toy.Ask<long>("""
                    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                    WHERE application_name = 'toy' AND pid <> pg_backend_pid()
                    """);
            }

            return await toy.Ask<long>("SELECT count(*) FROM toy WHERE seller = ANY($1)", (object)sellers) == Messages;
        }, retryOn: error => error is Npgsql.NpgsqlException);

        await sent;
        broken.ShouldBeGreaterThan(0);
        // Some of those in the pool were broken in the last round.
        toy.Database.Clear();
        await toy.Broker.Await<SellerUpdated>(Messages, e => sellers.Contains(e.SellerId));
        foreach (var seller in sellers)
            (await toy.CountOf(seller)).ShouldBe(1);
    }

    private static Origin Deliver(Guid id) => Origin.Delivery(id, ToyService.Queue);
}
