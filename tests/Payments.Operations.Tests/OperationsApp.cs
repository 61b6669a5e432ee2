using System.Text;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Payments.Messaging;
using Payments.Testing;
using RabbitMQ.Client;

namespace Payments.Operations.Tests;

/// <summary>Operations in this process, on the real database and broker; what it publishes can be held back.</summary>
public sealed class OperationsApp : IAsyncLifetime, IDisposable
{
    private readonly Factory _factory = new();

    public HttpClient Http { get; private set; } = null!;

    public IServiceProvider Services => _factory.Services;

    public PublisherValve Publisher => (PublisherValve)Services.GetRequiredService<IConfirmedPublisher>();

    public async Task InitializeAsync()
    {
        // Connecting makes sure that the topology is there.
        await using (await BrokerClient.Connect("operations"))
            Http = _factory.CreateClient();
    }

    public Task DisposeAsync() => EmptyFrontDoor();

    public void Dispose() => _factory.Dispose();

    public async Task<HttpResponseMessage> Post(string path, string body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await Http.SendAsync(request);
    }

    /// <summary>As the owner of the schema, which may do more than the service.</summary>
    public static async Task<object?> Sql(string sql, params object[] parameters)
    {
        await using var database = NpgsqlDataSource.Create(RunDirectory.ConnectionString("operations", "Owner"));
        await using var command = database.CreateCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        return await command.ExecuteScalarAsync();
    }

    /// <summary>Nobody consumes here what these tests request: it must not wait for the tests that run later.</summary>
    private static async Task EmptyFrontDoor()
    {
        var uri = new Uri(RunDirectory.Settings("operations")["RabbitMq__Uri"]);
        await using var connection = await new ConnectionFactory { Uri = uri }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        await channel.QueuePurgeAsync(Routes.FrontDoor);
    }

    private sealed class Factory : WebApplicationFactory<Program>
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            foreach (var (name, value) in RunDirectory.Settings("operations"))
                builder.UseSetting(name.Replace("__", ":", StringComparison.Ordinal), value);
            // Tests of it start it themselves: several of these applications run at a time, on one database.
            builder.UseSetting("DeadLetters:Send", "false");
            builder.UseSetting("DeadLetters:Ramp", "false");
            builder.ConfigureTestServices(services =>
            {
                var real = services.Single(s => s.ServiceType == typeof(IConfirmedPublisher));
                services.Remove(real);
                services.AddSingleton<IConfirmedPublisher>(provider => new PublisherValve(
                    (IConfirmedPublisher)ActivatorUtilities.CreateInstance(provider, real.ImplementationType!)));
            });
        }
    }
}
