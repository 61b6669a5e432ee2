using System.Text;
using System.Text.Json.Nodes;
using Payments.Cli.Checking;
using Payments.Flow.Tests.Kit;
using Payments.Testing;
using RabbitMQ.Client;
using Xunit.Abstractions;

namespace Payments.Flow.Tests.Chaos;

/// <summary>What must hold when everything has calmed down: the invariants, and not one dead letter.</summary>
internal static class Aftermath
{
    private const int Longest = 1500;

    public static async Task ShouldBeClean(ITestOutputHelper output)
    {
        var sandbox = new Uri(RunDirectory.Settings("sandbox")["Urls"]);
        var results = await InvariantCheckers.Run(RunDirectory.ConnectionString("operations", "OpsReader"), sandbox);
        foreach (var result in results)
            output.WriteLine($"{result.Name}: {result.Examined} examined, {result.Moving} moving, {result.Violations.Count} violations");
        results.ShouldAllBe(r => r.Examined > 0, "a checker that looks at nothing proves nothing");
        results.SelectMany(r => r.Violations.Select(v => $"{r.Name}: {v}")).ShouldBeEmpty();
        (await DeadLetters()).ShouldBeEmpty();
    }

    /// <summary>Every message in a queue that only failures reach.</summary>
    private static async Task<IReadOnlyList<string>> DeadLetters()
    {
        RunDirectory.RequireDeadLettersInBroker();
        var factory = new ConnectionFactory { Uri = new Uri(RunDirectory.Configuration("operations")["RabbitMq:Uri"]!) };
        await using var connection = await factory.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        var letters = new List<string>();
        foreach (var queue in FailureQueues())
        {
            var count = await channel.MessageCountAsync(queue);
            for (var i = 0; i < count && await channel.BasicGetAsync(queue, autoAck: true) is { } letter; i++)
                letters.Add($"{queue}: {Describe(letter)}");
        }

        return letters;
    }

    private static IEnumerable<string> FailureQueues()
    {
        var file = Path.Combine(Repository.Root, "infra", "rabbitmq", "definitions.json");
        var queues = JsonNode.Parse(File.ReadAllText(file))!["queues"]!.AsArray().Select(q => (string)q!["name"]!);
        return queues.Where(q => q.EndsWith("_error", StringComparison.Ordinal)
            || q.EndsWith("_skipped", StringComparison.Ordinal) || q is "dead-letters" or "unrouted");
    }

    private static string Describe(BasicGetResult letter)
    {
        var headers = letter.BasicProperties.Headers?.Where(h => h.Key.StartsWith("MT-Fault", StringComparison.Ordinal))
            .Select(h => $"{h.Key}={(h.Value is byte[] text ? Encoding.UTF8.GetString(text) : h.Value)}") ?? [];
        var all = $"{string.Join(' ', headers)} {Encoding.UTF8.GetString(letter.Body.Span)}";
        return all.Length > Longest ? all[..Longest] : all;
    }
}
