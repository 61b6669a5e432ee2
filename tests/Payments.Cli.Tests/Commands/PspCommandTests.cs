using System.Text.Json;
using Payments.Contracts;
using Payments.Testing;

namespace Payments.Cli.Tests.Commands;

public sealed class PspCommandTests
{
    private static readonly DateTimeOffset Seen = DateTimeOffset.Parse("2026-01-31T13:00:00Z");

    [Fact]
    public async Task List_ForPeople_IsApproved()
    {
        await using var api = await FakeApi.Start((_, _) => FakeApi.Json(List()));
        var payctl = api.Payctl();

        (await payctl.Run("psp list")).ShouldBe(ExitCodes.Done);

        api.Requests.ShouldBe(["GET /v1/psp-connections"]);
        Approved.Verify(payctl.Out);
    }

    [Fact]
    public async Task List_Json_IsTheContractALine()
    {
        await using var api = await FakeApi.Start((_, _) => FakeApi.Json(List()));
        var payctl = api.Payctl();

        await payctl.Run("psp list --json");

        var lines = payctl.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.ShouldBe(List().Connections.Select(c => JsonSerializer.Serialize(c, ContractJson.Options)));
    }

    [Fact]
    public async Task List_OfNothing_SaysSo()
    {
        await using var api = await FakeApi.Start((_, _) => FakeApi.Json(new PspConnectionList { Connections = [] }));
        var payctl = api.Payctl();

        (await payctl.Run("psp list")).ShouldBe(ExitCodes.Done);

        payctl.Error.ShouldContain("No executor has reported");
    }

    private static PspConnectionList List() => new()
    {
        Connections =
        [
            Connection("stripe-a", "open", stale: false), Connection("stripe-b", "closed", stale: true),
        ],
    };

    private static PspConnectionDetails Connection(string name, string charge, bool stale) => new()
    {
        Connection = name,
        Adapter = "stripe",
        Process = "host/7",
        Breakers = new Dictionary<string, string> { ["authorize"] = "closed", ["capture"] = "closed", ["charge"] = charge },
        InFlight = 3,
        MaxInFlight = 100,
        MaxPerSecond = 20,
        MaxControlPerSecond = 15,
        Recent = new Dictionary<string, int> { ["approved"] = 120, ["no_answer"] = 4 },
        Pending = 2,
        InDoubt = 2,
        Waiting = 1,
        UpdatedAt = Seen,
        Stale = stale,
    };
}
