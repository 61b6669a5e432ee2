using System.Diagnostics;
using System.Runtime.CompilerServices;
using Payments.Contracts;
using Payments.Messaging.Tests.Toy;
using Payments.Testing;

namespace Payments.Messaging.Tests;

[Collection(nameof(ToyCollection))]
public sealed class When_the_broker_is_difficult(ToyService toy)
{
    [Theory]
    [InlineData("no-such-exchange")]
    [InlineData("amq.rabbitmq.trace")]
    public async Task Should_put_a_command_for_an_exchange_that_is_missing_or_not_open_aside_and_confirm_the_others(string exchange)
    {
        var seller = $"seller-{Ulid.NewUlid()}";
        var lost = Ulid.NewUlid();
        var effects = new Effects(Ulid.NewUlid()).Send(new GetPayment { PaymentId = lost }, exchange);
        for (var i = 0; i < 20; i++)
            effects.Publish(new SellerUpdated { SellerId = seller, Closed = false });

        await toy.Committer.Commit(Origin.Local, effects);

        await toy.Broker.Await<SellerUpdated>(20, e => e.SellerId == seller);
        await toy.Broker.Take(Routes.Unrouted, body => body.Contains(lost.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Should_put_an_event_that_somebody_must_hear_aside_when_nobody_does()
    {
        var payment = Ulid.NewUlid();
        // An exchange without any queue; the guard for events that somebody must hear is the mandatory flag.
        var effects = new Effects(payment).Send(new GetPayment { PaymentId = payment }, "amq.fanout");

        await toy.Committer.Commit(Origin.Local, effects);

        await toy.Broker.Take(Routes.Unrouted, body => body.Contains(payment.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Should_confirm_everything_across_a_broker_that_is_killed_and_started_again()
    {
        const int Messages = 300;
        var seller = $"seller-{Ulid.NewUlid()}";
        var commits = Enumerable.Range(0, Messages).Select(n => toy.Committer.Commit(
            Origin.Local, new Effects(Ulid.NewUlid()).Send(new UpdateSeller { SellerId = $"{seller}-{n}", Closed = false }, ToyService.Queue)));
        var committed = Task.WhenAll(commits);

        await Server("kill");
        await Server("start");
        await committed;

        await Eventually.Async("every command to be applied", TimeSpan.FromMinutes(2), async () =>
            await toy.Ask<long>("SELECT count(*) FROM toy WHERE seller LIKE $1 AND count = 1", $"{seller}-%") == Messages);
        await ListenAgain();
    }

    /// <summary>The tests' own listener has lost its queue as well; those that follow rely on it.</summary>
    private async Task ListenAgain()
    {
        await Eventually.Async("the listener to hear again", TimeSpan.FromMinutes(1), async () =>
        {
            var probe = $"probe-{Ulid.NewUlid()}";
            await toy.Committer.Commit(
                Origin.Local, new Effects(Ulid.NewUlid()).Publish(new SellerUpdated { SellerId = probe, Closed = false }));
            return toy.Broker.HasHeard<SellerUpdated>(e => e.SellerId.StartsWith("probe-", StringComparison.Ordinal));
        });
    }

    private static async Task Server(string action)
    {
        var program = Path.GetFullPath(Path.Combine(Here(), "../../infra/lib/server"));
        using var process = Process.Start(new ProcessStartInfo(program, ["rabbitmq", action, RunDirectory.Location])
        {
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, error);
    }

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
