using Payments.Flow.Tests.Kit;
using Payments.Testing;

namespace Payments.Flow.Tests.Storm;

/// <summary>The whole system, with every connection in its routing table and with limits and timetables that suit a test.</summary>
public sealed class StormSystem : IAsyncLifetime
{
    private const double TryLimitSeconds = 1;

    internal SystemUnderTest System { get; } = new(Settings);

    public Task InitializeAsync() => System.InitializeAsync();

    public Task DisposeAsync() => System.DisposeAsync();

    private static Dictionary<string, string>? Settings(string process) => process switch
    {
        "orchestrator" => Routing(),
        "executor" => Executor(),
        "sandbox" => new()
        {
            // Slower than the executor waits.
            ["Sandbox__StalledSeconds"] = $"{TryLimitSeconds * 2}",
            ["Sandbox__SlowSeconds"] = $"{TryLimitSeconds * 1.5}",
        },
        _ => null,
    };

    /// <summary>Over the two rules of the default table: each connection takes its share, and a soft decline goes on.</summary>
    private static Dictionary<string, string> Routing()
    {
        var settings = new Dictionary<string, string>();
        for (var rule = 0; rule < 2; rule++)
        {
            settings[$"Routing__Rules__{rule}__Shares__stripe-b"] = "1";
            settings[$"Routing__Rules__{rule}__FailoverOnSoftDecline"] = "true";
        }

        foreach (var psp in RunDirectory.Connections.Select(c => c[..^2]).Distinct())
        {
            // Twice only: each further refund may get in doubt as well, and Braintree's would be refused for a day.
            settings[$"Resolution__Psps__{psp}__RefundRetry__0"] = TimeSpan.FromSeconds(5).ToString();
            settings[$"Resolution__Psps__{psp}__RefundRetry__1"] = TimeSpan.FromSeconds(10).ToString();
            foreach (var (seconds, number) in new[] { 2, 7, 15, 24, 40, 60, 90, 150 }.Select((s, n) => (s, n)))
            {
                settings[$"Resolution__Psps__{psp}__InDoubt__{number}"] = TimeSpan.FromSeconds(seconds).ToString();
                settings[$"Resolution__Psps__{psp}__Pending__{number}"] = TimeSpan.FromSeconds(seconds).ToString();
            }
        }

        return settings;
    }

    private static Dictionary<string, string> Executor()
    {
        var settings = new Dictionary<string, string>
        {
            ["Psp__Pipeline__TryLimitSeconds"] = $"{TryLimitSeconds}",
            ["Psp__Pipeline__BackoffSeconds"] = "0.05",
            ["Psp__Pipeline__MaxBackoffSeconds"] = "0.5",
            ["Psp__Breaker__BreakSeconds"] = "1",
        };
        // The sandbox's search shows everything at once.
        foreach (var connection in RunDirectory.Connections)
            settings[$"Psp__Connections__{connection}__SearchLagSeconds"] = "0";
        return settings;
    }
}
