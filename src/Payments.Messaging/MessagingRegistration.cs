using MassTransit;
using MassTransit.Configuration;
using MassTransit.Saga;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Payments.Messaging;

/// <summary>Registers durable messaging: MassTransit consumes and runs state machines; we commit and send.</summary>
public static class MessagingRegistration
{
    private static readonly TimeSpan LongestRetryDelay = TimeSpan.FromSeconds(5);

    /// <summary>A broker that answered a moment ago, and then does not let the bus start: end, and say so.</summary>
    private static readonly TimeSpan BusStartLimit = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Consuming ends when what is being worked on has come to its end, and begins anew only then: not any later than this.
    /// What goes on behind the back of a lost connection is delivered again, and the inbox knows it.
    /// </summary>
    private static readonly TimeSpan FarewellLimit = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Two that do not come are the end of a connection: one that only we still hold open is noticed within half a minute
    /// instead of two.
    /// </summary>
    internal static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Needs an <c>NpgsqlDataSource</c> on the service's schema and an <see cref="OwnerConnection"/> in the container.
    /// </summary>
    /// <param name="services">The container.</param>
    /// <param name="configuration">Sections <c>RabbitMq</c>, <c>Inbox</c> and <c>Endpoints</c>.</param>
    /// <param name="bus">Adds consumers and sagas.</param>
    /// <param name="endpoints">Places them on queues, with <see cref="Queue"/>.</param>
    public static IServiceCollection AddDurableMessaging(
        this IServiceCollection services,
        IConfiguration configuration,
        Action<IBusRegistrationConfigurator> bus,
        Action<IBusRegistrationContext, IRabbitMqBusFactoryConfigurator> endpoints)
    {
        services.AddBroker(configuration);
        services.AddLimits<InboxOptions>(configuration, InboxOptions.Section);
        services.AddLimits<GroupOptions>(configuration, GroupOptions.Section);
        services.AddSingleton<Persistence>();
        services.AddSingleton<Gate>();
        services.AddSingleton<OutboxSignal>();
        services.AddSingleton<ICommitter, Committer>();
        services.AddSingleton(provider => new Deliveries(
            provider.GetRequiredService<ICommitter>(),
            provider.GetRequiredService<IConfirmedPublisher>(),
            provider.GetRequiredService<Gate>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<Deliveries>>()));

        // In order of registration: what consuming needs runs before the bus starts, and stops after it.
        services.AddHostedService<TopologyGuard>();
        services.AddHostedService<PartitionKeeper>();
        services.AddHostedService<OutboxSweeper>();
        services.AddHostedService<DeadlinePoller>();
        services.AddOptions<MassTransitHostOptions>().Configure(host =>
        {
            host.WaitUntilStarted = true;
            host.StartTimeout = BusStartLimit;
            host.StopTimeout = FarewellLimit;
        });
        services.AddMassTransit(registration =>
        {
            registration.SetKebabCaseEndpointNameFormatter();
            registration.ConfigureUsageTelemetryOptions(telemetry => telemetry.Enabled = false);
            bus(registration);
            registration.UsingRabbitMq((context, rabbit) =>
            {
                var broker = context.GetRequiredService<IOptions<BrokerOptions>>().Value;
                rabbit.Host(broker.Uri!, host =>
                {
                    host.Heartbeat(Heartbeat);
                    host.ContinuationTimeout(broker.AnswerLimit);
                });
                rabbit.PublishTopology.BrokerTopologyOptions = PublishBrokerTopologyOptions.FlattenHierarchy;
                endpoints(context, rabbit);
            });
        });
        services.AddHostedService<ConsumptionWatch>();
        return services;
    }

    /// <summary>The confirmed publisher alone, for processes that send and do not consume.</summary>
    public static IServiceCollection AddBroker(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<BrokerOptions>()
            .Bind(configuration.GetSection(BrokerOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IConfirmedPublisher, ConfirmedPublisher>();
        return services;
    }

    /// <summary>Registers the SQL of a type of write.</summary>
    public static IServiceCollection AddWriter<TWriter>(this IServiceCollection services)
        where TWriter : class, IWriter =>
        services.AddSingleton<IWriter, TWriter>();

    /// <summary>Registers how the rows of a decision are loaded.</summary>
    public static IServiceCollection AddLoader<TLoader, TKey, TRows>(this IServiceCollection services)
        where TLoader : class, ILoader<TKey, TRows> =>
        services.AddSingleton<ILoader<TKey, TRows>, TLoader>();

    /// <summary>Makes the committer the saga's repository.</summary>
    public static ISagaRegistrationConfigurator<TSaga> DurableRepository<TSaga, TStore>(
        this ISagaRegistrationConfigurator<TSaga> saga)
        where TSaga : class, SagaStateMachineInstance, IStateOfSaga
        where TStore : class, ISagaStore<TSaga> =>
        saga.Repository(repository =>
        {
            repository.AddSingleton<ISagaStore<TSaga>, TStore>();
            repository.AddSingleton<ILoader<SagaKey, Loaded<TSaga>>>(provider => provider.GetRequiredService<ISagaStore<TSaga>>());
            repository.RegisterSagaRepository<
                TSaga,
                DurableSagaRepositoryContextFactory<TSaga>,
                SagaConsumeContextFactory<DurableSagaRepositoryContextFactory<TSaga>, TSaga>,
                DurableSagaRepositoryContextFactory<TSaga>>();
        });

    /// <summary>
    /// A durable endpoint: a quorum queue whose bindings come from the topology file, no fault events (a fault precedes
    /// the move to <c>_error</c> and would skip the commit), repetition with backoff, then <c>_error</c>.
    /// </summary>
    public static void Queue(
        this IRabbitMqBusFactoryConfigurator rabbit,
        IBusRegistrationContext context,
        string queue,
        Action<IRabbitMqReceiveEndpointConfigurator> configure,
        EndpointOptions? defaults = null)
    {
        var options = defaults ?? new EndpointOptions();
        var section = $"{EndpointOptions.Section}:{queue}";
        context.GetRequiredService<IConfiguration>().GetSection(section).Bind(options);
        options.ThrowIfWrong(section);
        rabbit.ReceiveEndpoint(queue, endpoint =>
        {
            endpoint.SetQuorumQueue();
            endpoint.ConfigureConsumeTopology = false;
            endpoint.PublishFaults = false;
            endpoint.PrefetchCount = options.Prefetch;
            // Of the loops that hand deliveries out, not of messages under way: DetachedConsumer waits for none of them. As many
            // loops as may be prefetched are the default, and each delivery to an idle channel wakes all of them.
            endpoint.ConcurrentMessageLimit = Math.Min(Environment.ProcessorCount, options.Prefetch);
            endpoint.ConfigureChannel(channel =>
            {
                channel.UseFilter(new AcknowledgingFilter(
                    context.GetRequiredService<TimeProvider>(), context.GetRequiredService<ILogger<AcknowledgingChannel>>()));
            });
            endpoint.UseMessageRetry(retry => retry.Exponential(
                options.Retries, options.RetryDelay, LongestRetryDelay, options.RetryDelay));
            configure(endpoint);
        });
    }

    /// <summary>Declares to the start-up check that this process consumes the queue.</summary>
    public static IServiceCollection Consumes(this IServiceCollection services, params IEnumerable<string> queues)
    {
        foreach (var queue in queues)
            services.AddSingleton(new ConsumedQueue(queue));
        return services;
    }

    /// <summary>Wrong ones end the process at its start, by name.</summary>
    private static void AddLimits<TOptions>(this IServiceCollection services, IConfiguration configuration, string section)
        where TOptions : class
    {
        services.AddOptions<TOptions>().Bind(configuration.GetSection(section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<TOptions>>().Value);
    }
}
