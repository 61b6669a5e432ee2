using System.ComponentModel.DataAnnotations;

namespace Payments.Messaging;

/// <summary>Where the broker is; bound from the section <c>RabbitMq</c>.</summary>
public sealed class BrokerOptions
{
    public const string Section = "RabbitMq";

    /// <summary><c>amqp://user:password@host:port/vhost</c>. No default.</summary>
    [Required]
    public Uri? Uri { get; set; }
}
