using Payments.Contracts;
using Payments.Flow.Tests.Chaos;
using Payments.Flow.Tests.Kit;
using Xunit.Abstractions;

namespace Payments.Flow.Tests.Storm;

/// <summary>
/// Payments of every kind at every connection, while each fault of the sandbox happens to one request in twenty. Afterwards no
/// order is charged twice without somebody knowing, all books are equal, and every payment has ended or says why a person must
/// look. 200 payments, with <c>PAYMENTS_TEST_FULL=1</c> 2,000; <c>PAYMENTS_TEST_STORM</c> says another number, and
/// <c>PAYMENTS_TEST_SEED</c> draws the same payments and faults again.
/// </summary>
[Collection(StormCollection.Name)]
public sealed class When_every_psp_does_everything_wrong(StormSystem storm, ITestOutputHelper output)
{
    private const int Many = 1_000;

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(9);

    private static int Payments =>
        Number("PAYMENTS_TEST_STORM") ?? (Environment.GetEnvironmentVariable("PAYMENTS_TEST_FULL") == "1" ? 2_000 : 200);

    [Fact]
    public async Task Should_charge_once_and_end_every_payment()
    {
        var seed = Number("PAYMENTS_TEST_SEED") ?? Environment.TickCount;
        output.WriteLine($"seed {seed}, {Payments} payments");
        try
        {
            await Run(seed);
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"With seed {seed}: {exception.Message}", exception);
        }
    }

    private async Task Run(int seed)
    {
        var system = storm.System;
        var random = new Random(seed);
        var closedSeller = $"seller-closed-{Ulid.NewUlid()}";
        await system.CloseWallet(closedSeller);
        Request[] requests = [.. Enumerable.Range(0, Payments).Select(_ => StormPayment.Create(random, closedSeller))];
        using var ends = new StormEnds(system, requests);

        await using (var faults = await StormFaults.Order(system.Sandbox, seed))
        {
            using var pace = new PeriodicTimer(Pace);
            foreach (var request in requests)
            {
                await pace.WaitForNextTickAsync();
                await system.FrontDoor.Publish(request);
            }

            await ends.Await(Patience);
            output.WriteLine(await faults.ShouldAllHaveHappened(isShort: Payments < Many));
        }

        output.WriteLine(ends.Summary);
        ends.Ends.Where(e => e.Value is { State: "Parked", Reason: null or "no_answer" or "journal_rejected" })
            .Select(e => $"{e.Key} {e.Value}").ShouldBeEmpty("a payment is parked for a PSP's sake only");
        await ShouldKnowEverySecondCharge(ends);
        await Aftermath.ShouldBeClean(output);
    }

    /// <summary>The checkers leave out what is parked, as it moves; a second charge there must be why.</summary>
    private async Task ShouldKnowEverySecondCharge(StormEnds ends)
    {
        var live = (await storm.System.Sandbox.Charges())
            .Where(c => (c.Captured > c.Refunded || (c.Authorized > 0 && c.Captured == 0 && !c.Canceled)) && c.PaymentId is not null)
            .GroupBy(c => (c.PaymentId, c.OrderId))
            .Where(g => g.Count() > 1 && ends.Ends.ContainsKey(Ulid.Parse(g.Key.PaymentId!)))
            .Select(g => (g.Key, End: ends.Ends[Ulid.Parse(g.Key.PaymentId!)], Charges: g.Select(c => c.PaymentIntent)))
            .ToArray();
        live.Where(l => l.End is not ("Parked", "duplicate_at_psp"))
            .Select(l => $"{l.Key} {l.End}: {string.Join(", ", l.Charges)}").ShouldBeEmpty("a second charge that nobody was told of");
        output.WriteLine($"{live.Length} orders have a second charge that somebody was told of");
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), out var number) ? number : null;
}
