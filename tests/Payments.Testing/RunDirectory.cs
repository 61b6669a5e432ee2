using Microsoft.Extensions.Configuration;

namespace Payments.Testing;

/// <summary>The servers that <c>infra/test</c> started: where they are, and the settings of each service.</summary>
public static class RunDirectory
{
    /// <summary>The environment variable that names the directory.</summary>
    public const string Variable = "PAYMENTS_RUN_DIR";

    /// <summary>The accounts at PSPs that it is set up for.</summary>
    public static readonly IReadOnlyList<string> Connections =
        ["stripe-a", "stripe-b", "adyen-a", "square-a", "braintree-a", "paypal-a"];

    /// <summary>The directory itself.</summary>
    /// <exception cref="InvalidOperationException">There is none; the message says what to do.</exception>
    public static string Location => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } directory
        ? directory
        : throw new InvalidOperationException(
            $"{Variable} is not set: this test needs PostgreSQL and RabbitMQ. Run it with infra/test --filter NAME, or start them by infra/test --keep and set it to .run/test.");

    /// <summary>What a service finds in its environment, as <c>env/&lt;service&gt;.env</c> has it.</summary>
    public static IReadOnlyDictionary<string, string> Settings(string service) =>
        File.ReadLines(Path.Combine(Location, "env", $"{service}.env"))
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Split('=', 2))
            .ToDictionary(pair => pair[0], pair => pair[1]);

    /// <summary>The same as configuration.</summary>
    public static IConfiguration Configuration(string service) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(Settings(service).ToDictionary(p => p.Key.Replace("__", ":"), string? (p) => p.Value))
            .Build();

    /// <summary>For whoever looks for dead letters in the broker's queues: nobody may empty these under him.</summary>
    /// <exception cref="InvalidOperationException">Operations would collect them.</exception>
    public static void RequireDeadLettersInBroker()
    {
        if (Settings("operations").GetValueOrDefault("DeadLetters__Collect") != "false")
            throw new InvalidOperationException("Operations collects dead letters here (DeadLetters__Collect): the broker's queues prove nothing.");
    }

    /// <summary>A connection string of a service, by its name: <c>Database</c>, <c>Owner</c>, <c>OpsReader</c>.</summary>
    public static string ConnectionString(string service, string name) =>
        Configuration(service).GetConnectionString(name)
        ?? throw new InvalidOperationException($"env/{service}.env in {Location} has no connection string {name}.");

    /// <summary>A password or key of the instance, by its name in <c>secrets.env</c>.</summary>
    public static string Secret(string name) =>
        File.ReadLines(Path.Combine(Location, "secrets.env"))
            .Select(line => line.Split('=', 2))
            .Single(pair => pair[0] == name)[1];
}
