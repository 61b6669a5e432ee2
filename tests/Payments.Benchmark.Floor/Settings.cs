using Payments.Benchmark.Floor.Wire;

namespace Payments.Benchmark.Floor;

/// <summary>The part of a product worker's environment that the floor needs.</summary>
internal sealed class Settings
{
    public string Database { get; } = Required("ConnectionStrings__Database");

    public Uri Broker { get; } = new(Required("RabbitMq__Uri"));

    public Uri Address { get; } = new(Required("ASPNETCORE_URLS"));

    /// <summary>A cipher of its own for each thread.</summary>
    public static TokenCipher Cipher()
    {
        var keyId = Required("Tokens__ActiveKey");
        return new TokenCipher(keyId, Required($"Tokens__Keys__{keyId}"));
    }

    private static string Required(string name) =>
        Environment.GetEnvironmentVariable(name)
        ?? throw new InvalidOperationException($"{name} is not set. Start it as a worker of the product is started.");
}
