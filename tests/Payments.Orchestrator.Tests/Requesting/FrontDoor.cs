using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Payments.Contracts;
using Payments.Hosting;
using Payments.Messaging;
using Payments.Orchestrator.Tests;
using Payments.Testing;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Payments.Orchestrator.Requesting;

/// <summary>
/// Two processes' worth of the front door alone, on the real servers, in a virtual host of its own: this test plays the
/// clients and the saga. Two, because within one process the gate hides what only the database's locks prevent.
/// </summary>
public sealed class FrontDoor : IAsyncLifetime
{
    private const string Service = "orchestrator";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly Type[] Events =
        [typeof(PaymentRejected), typeof(PaymentRefused), typeof(PaymentDeduplicated)];

    private readonly IConfiguration _settings = RunDirectory.Configuration(Service);
    private readonly ConcurrentQueue<Said> _said = new();
    private WebApplication[] _apps = [];
    private VirtualHost _virtualHost = null!;
    private IConnection _connection = null!;
    private IChannel _channel = null!;

    public TokenCipher Cipher => _apps[0].Services.GetRequiredService<TokenCipher>();

    public async Task InitializeAsync()
    {
        _virtualHost = await VirtualHost.Create(_settings);
        _connection = await new ConnectionFactory { Uri = _virtualHost.Uri }.CreateConnectionAsync();
        _channel = await _connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        await Hear(Routes.PaymentSaga);
        var events = await _channel.QueueDeclareAsync();
        foreach (var type in Events)
            await _channel.QueueBindAsync(events.QueueName, Routes.Event(type), routingKey: "");
        await Hear(events.QueueName);

        _apps = [Build(), Build()];
        await _apps[0].Services.GetRequiredService<Migrator>().Migrate();
        foreach (var app in _apps)
            await app.StartAsync();
    }

    public async Task DisposeAsync()
    {
        foreach (var app in _apps)
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }

        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
        await _virtualHost.DisposeAsync();
    }

    /// <summary>As any AMQP client would: no headers, no message id.</summary>
    public async Task Publish(byte[] body, string? contentType = "application/json")
    {
        var properties = new BasicProperties { DeliveryMode = DeliveryModes.Persistent };
        if (contentType is not null)
            properties.ContentType = contentType;
        await _channel.BasicPublishAsync(
            Routes.Event(typeof(PaymentRequested)), "", mandatory: true, properties, body);
    }

    public Task Publish(JsonObject request) => Publish(request.Bytes());

    /// <summary>Waits for so many answers to a payment id, commands and events alike; there must be no more.</summary>
    public Task<IReadOnlyList<Said>> Answers(Ulid paymentId, int count) =>
        Answers($"payment {paymentId}", said => (string?)said.Message["paymentId"] == paymentId.ToString(), count);

    public async Task<IReadOnlyList<Said>> Answers(string what, Func<Said, bool> which, int count)
    {
        var found = await Eventually.Async(
            $"{count} answers to {what}",
            Deadline,
            () => Task.FromResult(_said.Where(which).ToArray()),
            answers => answers.Length >= count);
        found.Length.ShouldBe(count);
        return found;
    }

    public async Task<T> Answer<T>(Ulid paymentId)
    {
        var said = (await Answers(paymentId, 1)).ShouldHaveSingleItem();
        said.Type.ShouldBe(typeof(T).Name);
        return said.Message.As<T>();
    }

    /// <summary>Waits for a message in a queue and takes it.</summary>
    public async Task<BasicGetResult> Take(string queue)
    {
        var letter = await Eventually.Async(
            $"a message in {queue}",
            Deadline,
            () => _channel.BasicGetAsync(queue, autoAck: true),
            found => found is not null);
        return letter!;
    }

    /// <summary>One value from the database, as the runtime role sees it.</summary>
    public async Task<object?> Query(string sql, params object[] parameters)
    {
        await using var command = _apps[0].Services.GetRequiredService<NpgsqlDataSource>().CreateCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        return await command.ExecuteScalarAsync();
    }

    private WebApplication Build()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddConfiguration(_settings);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["RabbitMq:Uri"] = _virtualHost.Uri.ToString(),
            ["Serilog:MinimumLevel:Default"] = "Warning",
        });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddServiceDefaults(Service);
        builder.Services.AddTokenCipher(builder.Configuration);
        builder.Services.AddFrontDoor(builder.Configuration);
        builder.Services.AddDurableMessaging(
            builder.Configuration,
            bus => bus.AddFrontDoorConsumer(),
            (context, rabbit) => context.FrontDoorEndpoint(rabbit));
        builder.Services.AddSingleton(
            new MigrationSources([typeof(ICommitter).Assembly, typeof(FrontDoorRegistration).Assembly]));
        return builder.Build();
    }

    private async Task Hear(string queue)
    {
        var consumer = new AsyncEventingBasicConsumer(_channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            var envelope = JsonNode.Parse(delivery.Body.Span)!;
            _said.Enqueue(new Said(
                ((string)envelope["messageType"]![0]!).Split(':')[^1],
                (Guid)envelope["messageId"]!,
                envelope["message"]!,
                Encoding.UTF8.GetString(delivery.Body.Span)));
            return Task.CompletedTask;
        };
        await _channel.BasicConsumeAsync(queue, autoAck: true, consumer);
    }
}

/// <summary>A message the front door sent.</summary>
/// <param name="Type">The contract's name.</param>
/// <param name="MessageId">Its id.</param>
/// <param name="Message">What it says.</param>
/// <param name="Body">The whole body as text.</param>
public sealed record Said(string Type, Guid MessageId, JsonNode Message, string Body);

[CollectionDefinition(Name)]
public sealed class FrontDoorSuite : ICollectionFixture<FrontDoor>
{
    public const string Name = "Front door";
}
