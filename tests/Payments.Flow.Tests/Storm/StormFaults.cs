using Payments.Flow.Tests.Kit;

namespace Payments.Flow.Tests.Storm;

/// <summary>Every fault of the sandbox, at every account, each at the same probability and with a seed of its own.</summary>
internal sealed class StormFaults : IAsyncDisposable
{
    private const double Probability = 0.05;
    private const double WindowSeconds = 0.3;

    /// <summary>All of them, as <c>payctl sandbox fault</c> names them.</summary>
    private static readonly string[] Names =
    [
        "response-lost", "charge-lost", "late-success", "slow-start", "slow-body", "reset", "saved-500", "rate-limit",
        "wrong-amount", "duplicate-webhook", "maintenance",
    ];

    private readonly SandboxHttp _sandbox;
    private readonly List<IAsyncDisposable> _ordered = [];

    private StormFaults(SandboxHttp sandbox) => _sandbox = sandbox;

    public static async Task<StormFaults> Order(SandboxHttp sandbox, int seed)
    {
        var faults = new StormFaults(sandbox);
        foreach (var (name, number) in Names.Select((n, i) => (n, i)))
        {
            faults._ordered.Add(await sandbox.Order(new
            {
                fault = name,
                probability = Probability,
                seed = seed + number,
                seconds = name == "maintenance" ? WindowSeconds : (double?)null,
            }));
        }

        // Besides: Adyen's webhooks overtake each other.
        faults._ordered.Add(await sandbox.Fault("adyen-a", new { webhooks = new { shuffle = true } }));
        return faults;
    }

    /// <summary>How often each happened; every one must have. In a short run there are few webhooks to double.</summary>
    public async Task<string> ShouldAllHaveHappened(bool isShort)
    {
        var happened = await _sandbox.Happened();
        Names.Where(n => happened.GetValueOrDefault(n) == 0 && !(isShort && n == "duplicate-webhook"))
            .ShouldBeEmpty("a fault that never happened proves nothing");
        return string.Join(", ", Names.Select(n => $"{happened[n]} {n}"));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var fault in _ordered)
            await fault.DisposeAsync();
    }
}
