using Payments.Flow.Tests.Kit;
using Xunit.Abstractions;

namespace Payments.Flow.Tests.Chaos;

/// <summary>
/// Payments are published steadily while every worker in turn, the broker and the database are killed and started again,
/// in an order and at moments drawn from a seed. Afterwards nothing may be lost, doubled, left hanging or dead-lettered.
/// <c>PAYMENTS_TEST_FULL=1</c> runs more rounds; <c>PAYMENTS_TEST_SEED</c> repeats one, and <c>PAYMENTS_TEST_VICTIMS</c>,
/// separated by commas, kills others.
/// </summary>
[Collection(ChaosCollection.Name)]
public sealed class When_processes_and_servers_die(SystemUnderTest system, ITestOutputHelper output)
{
    private const int Payments = 200;
    private const int Patience = 300;

    private static readonly string[] Victims =
        Environment.GetEnvironmentVariable("PAYMENTS_TEST_VICTIMS")?.Split(',')
        ?? ["orchestrator", "executor", "wallets", "ledger", "operations", "rabbitmq", "postgres"];

    private static int Rounds => Environment.GetEnvironmentVariable("PAYMENTS_TEST_FULL") == "1" ? 5 : 1;

    [Fact]
    public async Task Should_end_every_payment_with_the_books_equal()
    {
        var first = int.TryParse(Environment.GetEnvironmentVariable("PAYMENTS_TEST_SEED"), out var given)
            ? given
            : Environment.TickCount;
        for (var round = 0; round < Rounds; round++)
        {
            var seed = first + round;
            output.WriteLine($"seed {seed}");
            using var load = await ChaosLoad.Prepare(system, seed, Payments);
            await Task.WhenAll(load.Publish(), KillAll(load, seed));
            await load.AwaitEnds(TimeSpan.FromSeconds(Patience));
            output.WriteLine(load.Summary);

            await load.ShouldHaveEndedAsTheirTokensSay();
            await Aftermath.ShouldBeClean(output);
        }
    }

    /// <summary>Each victim dies when so many payments are published, and is up again before the next one dies.</summary>
    private async Task KillAll(ChaosLoad load, int seed)
    {
        var random = new Random(seed);
        var victims = Victims.ToArray();
        random.Shuffle(victims);
        var moments = victims.Select(_ => random.Next(5, Payments - 20)).Order().ToArray();
        foreach (var (victim, moment) in victims.Zip(moments))
        {
            await load.AwaitPublished(moment);
            output.WriteLine($"after {load.Published} payments: kill {victim}");
            if (victim is "rabbitmq" or "postgres")
            {
                await Repository.Server(victim, "kill");
                await Repository.Server(victim, "start");
            }
            else
            {
                await system.Kill(victim);
                await system.Start(victim);
            }
        }
    }
}
