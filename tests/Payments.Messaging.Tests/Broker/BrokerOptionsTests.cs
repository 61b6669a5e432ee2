using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Payments.Messaging.Tests.Broker;

public sealed class BrokerOptionsTests
{
    [Theory]
    [InlineData("AnswerLimit", "00:00:00")]
    [InlineData("AnswerLimit", "00:10:01")]
    [InlineData("IdleLimit", "00:00:00.9")]
    [InlineData("IdleLimit", "1.00:00:00")]
    public void Value_ALimitOutOfItsBounds_IsRefusedByName(string setting, string value) =>
        Should.Throw<OptionsValidationException>(() => Options(setting, value)).Message.ShouldContain(setting);

    [Theory]
    [InlineData("AnswerLimit", "00:00:01")]
    [InlineData("IdleLimit", "00:10:00")]
    public void Value_ALimitAtItsBound_IsTaken(string setting, string value) => Options(setting, value).Uri.ShouldNotBeNull();

    private static BrokerOptions Options(string setting, string value)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["RabbitMq:Uri"] = "amqp://127.0.0.1",
            [$"RabbitMq:{setting}"] = value,
        }).Build();
        using var services = new ServiceCollection().AddLogging().AddBroker(configuration).BuildServiceProvider();
        return services.GetRequiredService<IOptions<BrokerOptions>>().Value;
    }
}
