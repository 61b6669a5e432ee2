using Payments.Executor.Psp;

namespace Payments.Executor.Tests.Psp.Square;

/// <summary>The sandbox with an account at Square, for the tests of a class that set no faults.</summary>
public sealed class SquareHarnessFixture : IAsyncLifetime
{
    public const string Account = "square-a";

    internal PspHarness Harness { get; private set; } = null!;

    internal PspConnection Square => Harness.Connection(Account);

    public async Task InitializeAsync() => Harness = await StartAsync();

    public async Task DisposeAsync() => await Harness.DisposeAsync();

    internal static Task<PspHarness> StartAsync(
        Dictionary<string, string?>? settings = null, TimeProvider? sandboxTime = null) =>
        PspHarness.StartAsync(
            new(settings ?? [])
            {
                [$"Sandbox:Accounts:{Account}:Psp"] = "square",
                [$"Sandbox:Accounts:{Account}:Port"] = "0",
                [$"Psp:Connections:{Account}:Account"] = "L1",
            },
            sandboxTime: sandboxTime);
}
