using System.Runtime.CompilerServices;
using Payments.Messaging;
using Payments.Testing;

namespace Payments.Messaging.Tests.Broker;

public sealed class TopologyDefinitionsTests
{
    [Fact]
    public void Json_DefaultConnections_IsTheFileThatIsImported()
    {
        var file = Path.GetFullPath(Path.Combine(Here(), "../../../infra/rabbitmq/definitions.json"));
        var json = TopologyDefinitions.Json(RunDirectory.Connections);

        if (Environment.GetEnvironmentVariable("PAYMENTS_ACCEPT") == "1")
            File.WriteAllText(file, json);

        File.ReadAllText(file).ShouldBe(json, "Run the test with PAYMENTS_ACCEPT=1 to write the file anew.");
    }

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
