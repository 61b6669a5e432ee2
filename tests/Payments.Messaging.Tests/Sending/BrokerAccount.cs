using Payments.Contracts;
using Payments.Testing;

namespace Payments.Messaging.Tests.Sending;

/// <summary>An account at the broker that may do nothing, until it is told what it may write to.</summary>
internal sealed class BrokerAccount : IAsyncDisposable
{
    private readonly string _name = $"toy-{Ulid.NewUlid()}";
    private readonly string _password = $"{Guid.NewGuid():N}";

    private BrokerAccount()
    {
    }

    /// <summary>The broker, as this account.</summary>
    public Uri Broker => new UriBuilder(PublisherOnWire.Broker) { UserName = _name, Password = _password }.Uri;

    public static async Task<BrokerAccount> Create()
    {
        var account = new BrokerAccount();
        await ManagementApi.Send(HttpMethod.Put, $"api/users/{account._name}", $$"""{"password":"{{account._password}}","tags":""}""");
        await account.Allow("^$");
        return account;
    }

    /// <param name="exchanges">A regular expression.</param>
    public Task Allow(string exchanges) => ManagementApi.Send(
        HttpMethod.Put, $"api/permissions/%2F/{_name}", $$"""{"configure":"^$","write":"{{exchanges}}","read":"^$"}""");

    public async ValueTask DisposeAsync() => await ManagementApi.Send(HttpMethod.Delete, $"api/users/{_name}");
}
